/** What the scripts use of playwright-core, which is no dependency: `chromium.mjs` installs it where it is needed. */
declare module 'playwright-core' {
  export interface BrowserType {
    launchPersistentContext(
      profile: string,
      options: {
        executablePath: string;
        headless: boolean;
        viewport: { width: number; height: number };
        deviceScaleFactor: number;
        args: string[];
      },
    ): Promise<BrowserContext>;
  }

  interface BrowserContext {
    pages(): Page[];
    newPage(): Promise<Page>;
    close(): Promise<void>;
  }

  export interface Page extends Frame {
    readonly keyboard: { press(keys: string): Promise<void> };
    goto(url: string, options?: { timeout?: number }): Promise<unknown>;
    evaluate<Result>(inPage: () => Result): Promise<Result>;
    waitForFunction(inPage: () => boolean): Promise<unknown>;
    exposeFunction(name: string, called: (type: string, args: unknown[]) => unknown): Promise<unknown>;
    screenshot(options: { path: string }): Promise<unknown>;
    on(event: 'crash', listener: () => void): this;
  }

  interface Frame {
    locator(selector: string, options?: { hasText: string }): Locator;
    frameLocator(selector: string): Frame;
  }

  interface Locator {
    first(): Locator;
    filter(options: { hasText: string }): Locator;
    waitFor(options?: {
      state?: 'attached' | 'detached' | 'visible' | 'hidden';
      timeout?: number;
    }): Promise<void>;
    click(): Promise<void>;
    fill(text: string): Promise<void>;
    innerText(): Promise<string>;
    allInnerTexts(): Promise<string[]>;
    evaluateAll<Result>(inPage: (elements: HTMLElement[]) => Result): Promise<Result>;
  }
}
