// What a panel is: data for the manifest, and the host's side of a web page.
import type { App } from "../app/app.ts";
import type { Disposable } from "../base/disposables.ts";

/** The host's side of one page. It is made when the page is, and disposed with it. */
export interface PanelHost extends Disposable {
  /** Called when the page is shown and hidden: hidden pages get no messages, and nothing is done for them. */
  setVisible(visible: boolean): void;
  /** Whatever the page sent, unchecked. */
  receive(message: unknown): void;
}

export interface Panel {
  id: `slipway.${string}`;
  name: string;
  /** A codicon. */
  icon: string;
  /** Its folder in webview/. */
  page: string;
  /** Enters the panel's own code by `import()`. @param post sends plain data to the page. */
  create(app: App, post: (message: unknown) => void): Promise<PanelHost>;
}
