import type { Statement } from '../../sql/statement';
import type { Site } from '../runner';
import { extentOf } from '../sending/sections';

/** A setting that the author made before a statement, and that holds there. */
export interface Setting {
  /** Lower case. */
  readonly variable: string;
  /** The author's statement, without its semicolon. */
  readonly text: string;
  /** Whether it ends with the transaction. */
  readonly isLocal: boolean;
  /** Whether it means that there is no limit. */
  readonly isOff: boolean;
}

/** What SET, RESET and set_config have set for the session, or for its transaction, before statement `index`. */
export function settingsBefore(
  { file, schedule, target }: Pick<Site, 'file' | 'schedule' | 'target'>,
  index: number,
): readonly Setting[] {
  const { start } = extentOf(file, schedule, target);
  const transaction = schedule.statements[index]?.transaction ?? null;
  const found = new Map<string, Setting>();
  file.statements.slice(0, index).forEach((source, at) => {
    if (source.start < start) return;
    const text = file.text.slice(source.start, source.end);
    if (/^(?:reset\s+all|discard\s+all)\b/i.test(text)) found.clear();
    const made = settingOf(source.parsed.statement, text);
    if (made === undefined) return;
    const { values, ...setting } = made;
    const key = `${setting.variable} ${setting.isLocal ? 'local' : ''}`;
    if (setting.isLocal && (transaction === null || schedule.statements[at]?.transaction !== transaction))
      return;
    found.delete(key);
    // What the session gets from now on also ends what was local.
    if (!setting.isLocal) found.delete(`${key}local`);
    if (values > 0) found.set(key, setting);
  });
  return [...found.values()];
}

/** The author's statement as it is for the session. */
export function forSession({ text }: Setting): string {
  const call = /^(select\s[\s\S]*,\s*)(?:true|'t(?:rue)?'|'on'|'1')(\s*\)\s*)$/i.exec(text);
  if (call !== null) return `${call[1] ?? ''}false${call[2] ?? ''}`;
  return text.replace(/^(set)\s+local\b/i, '$1');
}

/** Whether a statement only sets something. */
export function isSetting(statement: Statement | undefined): boolean {
  return statement !== undefined && settingOf(statement, statement.text) !== undefined;
}

/** Whether it would end a concurrent build that waits or takes long, and leave an invalid index. */
export function isLimit({ variable, isOff }: Setting): boolean {
  return variable === 'lock_timeout' || (variable === 'statement_timeout' && !isOff);
}

/** What takes a setting back. */
export function reset({ variable }: Setting): string {
  return variable === 'session_authorization' ? 'RESET SESSION AUTHORIZATION' : `RESET ${variable}`;
}

function settingOf(
  statement: Statement | undefined,
  text: string,
): (Setting & { readonly values: number }) | undefined {
  if (statement?.kind === 'SetVariable') {
    const { variable, values, isLocal } = statement;
    if (variable === undefined) return undefined;
    return { variable, text, isLocal, isOff: isZero(values[0]), values: values.length };
  }
  const call =
    /^select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'([\w.]+)'\s*,\s*'([^']*)'\s*,\s*'?(\w+)'?\s*\)\s*$/i.exec(
      text,
    );
  if (call === null) return undefined;
  const [, variable = '', value = '', local = ''] = call;
  const isLocal = /^(?:t|true|on|1)$/i.test(local);
  return { variable: variable.toLowerCase(), text, isLocal, isOff: isZero(value), values: 1 };
}

function isZero(value = ''): boolean {
  return /^0\D*$/.test(value);
}
