/** What the parents of a child keep together: three sections of the child's page, and the facts each has a name for, in their order on it. */
export const sections = ['health', 'school', 'everyday'] as const;
export type Section = (typeof sections)[number];

export const sectionTitles: Record<Section, string> = { health: 'Health', school: 'School and learning', everyday: 'Everyday' };

export type FactKind = {
  kind: string;
  section: Section;
  label: string;
  /** Whether it may be said to hold until a day. */
  ends: boolean;
};

const named = (section: Section, kinds: Record<string, string>): FactKind[] =>
  Object.entries(kinds).map(([kind, label]) => ({ kind, section, label, ends: kind === 'medicine' || kind === 'insurance' }));

export const factKinds: readonly FactKind[] = [
  ...named('health', {
    allergies: 'Allergies',
    medicine: 'Medicine now',
    doctor: 'Doctor',
    dentist: 'Dentist',
    vaccinations: 'Vaccinations',
    insurance: 'Insurance',
  }),
  ...named('school', { 'class-note': 'Class note', reading: 'Reading', clubs: 'Clubs' }),
  ...named('everyday', { 'shoe-size': 'Shoe size', clothes: 'Clothes', bedtime: 'Bedtime', comfort: 'Comfort', diet: 'Diet', contacts: 'Contacts' }),
];

/** Has a label of its writer's own, in any section. */
export const otherKind = 'other';

const byKind = new Map(factKinds.map((one, order) => [one.kind, { ...one, order }]));

export const mayEnd = (kind: string): boolean => byKind.get(kind)?.ends ?? false;
export const orderOf = (kind: string): number => byKind.get(kind)?.order ?? factKinds.length;
export const isOf = (section: Section, kind: string): boolean => kind === otherKind || byKind.get(kind)?.section === section;

/** What a fact is called: its writer's own label, or the name of its kind. */
export const labelOf = (kind: string, label: string | null): string => label ?? byKind.get(kind)?.label ?? 'Something else';
