/** What is shown on pages, by width; as tall as the portrait's shape makes it. */
export const shownWidths = [1024, 320, 96] as const;
export type ShownSize = `${(typeof shownWidths)[number]}`;
/** The master is the whole picture; what is shown is the part around the face. */
export type PhotoSize = 'master' | ShownSize;
export const photoSizes: readonly PhotoSize[] = ['master', '1024', '320', '96'];
