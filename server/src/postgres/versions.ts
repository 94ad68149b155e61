/** The server majors that Lockstep knows, oldest first. */
export const majors = [14, 15, 16, 17, 18] as const;

export type Major = (typeof majors)[number];

/** Assumed when neither the project nor a setting names a server version: the oldest, which can do the least. */
export const defaultMajor: Major = 14;

/** The nearest known major of a number such as 13 or 19. */
export function nearestMajor(version: number): Major {
  return majors.findLast((major) => major <= version) ?? majors[0];
}
