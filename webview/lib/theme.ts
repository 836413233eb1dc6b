// Colours of the window's theme, and the news that it is another.

/** The value of a theme colour, as `charts.blue`; `fallback` where the theme has none. */
export function themeColor(name: string, fallback = "currentColor"): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(
    `--vscode-${name.replaceAll(".", "-")}`,
  );
  return value.trim() === "" ? fallback : value.trim();
}

/** Calls `changed` after the theme was changed: VS Code then writes other classes and variables. */
export function onThemeChange(changed: () => void): void {
  let waiting = false;
  const observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      changed();
    });
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
}
