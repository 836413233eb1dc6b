// The link between a window and its server, where a test holds back what the server says.
import type { Page } from "playwright-core";

type Message = string | Buffer;

export class Link {
  #wanted: { text: string; heard: () => void } | undefined;
  #held: (() => void)[] | undefined;

  /** To be called before the page is opened. */
  async attach(page: Page): Promise<void> {
    await page.routeWebSocket(/.*/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        this.#listen(message);
        server.send(message);
      });
      server.onMessage((message) => {
        if (this.#held) this.#held.push(() => socket.send(message));
        else socket.send(message);
      });
    });
  }

  /** Resolves when the window next says something with this text in it; what the server says is held back from then on. */
  holdAfter(text: string): Promise<void> {
    return new Promise((heard) => (this.#wanted = { text, heard }));
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  #listen(message: Message): void {
    const wanted = this.#wanted;
    if (!wanted || !Buffer.from(message).includes(wanted.text)) return;
    this.#wanted = undefined;
    this.#held = [];
    wanted.heard();
  }
}
