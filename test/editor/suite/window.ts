// The mouse and the keyboard of the person in front of the editor. What they do no API does: it knows nothing of tabs
// that are opened, files that are saved and undo that reaches further because somebody has clicked.

/** Presses a key, or several at once: `Control+z`. */
export async function press(keys: string): Promise<void> {
  await ask('press', keys);
}

/** Answers the question that a command asks in its input box. */
export async function answer(text: string): Promise<void> {
  await ask('answer', text);
}

/** Opens the menu of the light bulb at the cursor, and returns its titles. */
export async function openLightbulb(): Promise<readonly string[]> {
  return (await ask('openLightbulb')) as readonly string[];
}

/** Clicks an entry of the menu that is open. */
export async function chooseAction(title: string): Promise<void> {
  await ask('chooseAction', title);
}

/** Runs a command of the palette by its title. */
export async function runFromPalette(title: string): Promise<void> {
  await ask('runCommand', title);
}

/** Something that the window shows. */
export interface Seen {
  readonly text: string;
  readonly className: string;
}

/** What the window shows of this selector. */
export async function look(selector: string): Promise<readonly Seen[]> {
  return (await ask('look', selector)) as readonly Seen[];
}

/** A padlock in the gutter: beside which line, counted from 1, and in which colour and shape. */
export interface GutterMark {
  readonly line: number;
  readonly icon: string;
}

/** The padlocks that the window shows beside the lines. */
export async function gutterMarks(): Promise<readonly GutterMark[]> {
  return (await ask('gutterMarks')) as readonly GutterMark[];
}

/** Clicks the first thing of this selector. */
export async function click(selector: string): Promise<void> {
  await ask('click', selector);
}

/** Has the launcher do something to the window, and returns what it has seen there. */
async function ask(...what: readonly string[]): Promise<unknown> {
  const url = process.env.LOCKSTEP_EDITOR_WINDOW;
  if (url === undefined) throw new Error('This editor has no window that a test can drive.');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(what) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${what.join(' ')}: ${String(answer)}`);
  return answer;
}
