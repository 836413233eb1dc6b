#!/bin/sh
exec unshare --net -- "$SLIPWAY_NODE" "$(dirname "$0")/browserHere.ts" "$@"
