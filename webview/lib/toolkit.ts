// The one file that knows the webview toolkit, which is deprecated: to replace it is to rewrite this file.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from "@vscode/webview-ui-toolkit";

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
}

export interface Option {
  value: string;
  label: string;
}

export interface Dropdown {
  element: HTMLElement;
  /** Changes what is offered and chosen; the same again changes nothing. */
  set(options: readonly Option[], value: string): void;
}

export function dropdown(label: string, chosen: (value: string) => void): Dropdown {
  const made = document.createElement("vscode-dropdown") as HTMLElement & { value: string };
  made.setAttribute("aria-label", label);
  let shown = "";
  let options: readonly Option[] = [];
  made.addEventListener("change", () => {
    const option = options.find(({ value }) => value === made.value);
    if (option) chosen(option.value);
  });
  return {
    element: made,
    set(next, value) {
      const key = JSON.stringify([next, value]);
      if (key === shown) return;
      shown = key;
      options = next;
      made.replaceChildren(
        ...next.map((option) => {
          const child = document.createElement("vscode-option") as HTMLElement & { value: string };
          child.setAttribute("value", option.value);
          child.textContent = option.label;
          if (option.value === value) child.setAttribute("selected", "");
          return child;
        }),
      );
      made.value = value;
    },
  };
}

export interface Checkbox {
  element: HTMLElement;
}

export function checkbox(label: string, checked: boolean, changed: (checked: boolean) => void): Checkbox {
  const made = document.createElement("vscode-checkbox") as HTMLElement & { checked: boolean };
  made.textContent = label;
  if (checked) made.setAttribute("checked", "");
  made.addEventListener("change", () => changed(made.checked));
  return { element: made };
}

export function button(
  label: string,
  appearance: "primary" | "icon" | "secondary",
  run: () => void,
): HTMLElement {
  const made = document.createElement("vscode-button");
  made.setAttribute("appearance", appearance);
  // The toolkit takes a span for an icon.
  made.textContent = label;
  made.addEventListener("click", run);
  return made;
}
