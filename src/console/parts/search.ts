/**
 * Search parameters: what a page's URL keeps. What a URL has wrong is left out, so that an old link still opens. Of `zod/mini`,
 * because routes are part of the first load; forms, which are not, take `zod`.
 */
import { z } from "zod/mini";

/** One of a few words; absent: the page's default. */
export function choiceParameter<const Word extends string>(words: readonly Word[]) {
  return z.catch(z.optional(z.enum(words)), undefined);
}

/** A switch: `?unread=true`; absent: off. */
export const switchParameter = z.catch(z.optional(z.boolean()), undefined);

/** An id or a name that a list is filtered by, or that is open beside it. */
export const textParameter = z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(256))), undefined);

/** `2026-11-25`. */
export const dayParameter = z.catch(z.optional(z.iso.date()), undefined);

/** Cursors of a list's second page up to the one that is shown: the API's cursors only go forward. */
export const pagesParameter = z.catch(
  z.optional(z.array(z.string().check(z.maxLength(256))).check(z.maxLength(1_000))),
  undefined,
);

export type Pages = z.output<typeof pagesParameter>;

/** To be given to the API as `cursor`; undefined: the first page. */
export function cursorOf(pages: Pages): string | undefined {
  return pages?.at(-1);
}
