/** Words with which a statement begins. */
export const verbs: ReadonlySet<string> = new Set(
  'select with values insert update delete merge create alter drop perform truncate lock refresh comment grant revoke execute call copy reindex analyze'.split(
    ' ',
  ),
);
