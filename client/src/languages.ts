import type { TextDocument } from 'vscode';

/** `sql` is VS Code's own; the others are what extensions for PostgreSQL call .sql files. */
export const languageIds = ['sql', 'postgres', 'pgsql', 'plpgsql'] as const;

/** Whether a document may be a migration. */
export function isSql({ languageId }: TextDocument): boolean {
  return (languageIds as readonly string[]).includes(languageId);
}
