import { grouped } from '../core/text.ts';
import { paths } from './paths.ts';

/** The frame around a page of the school's side: what the top bar, the sidebar and the phone's bar show. */
export type SchoolFrame = {
  /** "St Brigid’s Primary, school office" */
  school: string;
  /** The signed-in person's own name. */
  staff: string;
  /** Where this person works; more than one shows a switch. */
  schools: { id: string; label: string; current: boolean }[];
  groups: { heading: string | null; nav: { href: string; label: string; count: string | null; current: boolean }[] }[];
  /** The bar at the foot of a phone. */
  tabs: { href: string; label: string; icon: 'users' | 'image' | 'book-open' | 'map-pin'; count: number; current: boolean }[];
  /** Where the wordmark leads. */
  home: string;
};

/** What the frame is made from, read in one statement. */
type SchoolFrameFacts = {
  name: string;
  role: 'admin' | 'office' | 'gate';
  staffName: string;
  schoolId: string;
  schools: { id: string; name: string }[];
  /** Photos to be reviewed. */
  waiting: number;
  /** Adults who are to be added to a child and wait for it. */
  proposals: number;
};

export type SchoolPlace =
  | 'dashboard'
  | 'pupils'
  | 'proposals'
  | 'import'
  | 'import-photos'
  | 'review'
  | 'gate'
  | 'calendar'
  | 'activities'
  | 'notices'
  | 'account'
  | 'settings'
  | 'none';

const waitingText = (count: number): string | null => (count === 0 ? null : `${grouped(count)} waiting`);

/** Staff at the gate see the gate and nothing else. */
export function schoolFrameOf(facts: SchoolFrameFacts, place: SchoolPlace): SchoolFrame {
  const atGate = facts.role === 'gate';
  const gate = { href: paths.gate, label: 'At the gate', count: null, current: place === 'gate' };
  return {
    school: `${facts.name}, ${atGate ? 'gate' : 'school office'}`,
    staff: facts.staffName,
    schools: facts.schools.map(school => ({ id: school.id, label: school.name, current: school.id === facts.schoolId })),
    home: atGate ? paths.gate : paths.school,
    groups: atGate
      ? [{ heading: null, nav: [gate] }]
      : [
          {
            heading: null,
            nav: [
              { href: paths.school, label: 'Parents and photos', count: null, current: place === 'dashboard' },
              { href: paths.review, label: 'Photo review', count: waitingText(facts.waiting), current: place === 'review' },
              gate,
            ],
          },
          {
            heading: 'School year',
            nav: [
              { href: paths.schoolCalendar, label: 'Terms and holidays', count: null, current: place === 'calendar' },
              { href: paths.schoolActivities, label: 'Activities', count: null, current: place === 'activities' },
            ],
          },
          {
            heading: 'Roll',
            nav: [
              { href: paths.pupils, label: 'Pupils', count: null, current: place === 'pupils' },
              { href: paths.proposals, label: 'To be added', count: waitingText(facts.proposals), current: place === 'proposals' },
              { href: paths.importRoll, label: 'Import', count: null, current: place === 'import' },
              { href: paths.importPhotos, label: 'Import photos', count: null, current: place === 'import-photos' },
              ...(facts.role === 'admin' ? [{ href: paths.schoolSettings, label: 'Settings', count: null, current: place === 'settings' }] : []),
            ],
          },
        ],
    tabs: [
      ...(atGate
        ? []
        : ([
            { href: paths.school, label: 'Parents', icon: 'users', count: 0, current: place === 'dashboard' },
            { href: paths.review, label: 'Review', icon: 'image', count: facts.waiting, current: place === 'review' },
            { href: paths.pupils, label: 'Pupils', icon: 'book-open', count: 0, current: place === 'pupils' },
          ] as const)),
      { href: paths.gate, label: 'Gate', icon: 'map-pin', count: 0, current: place === 'gate' },
    ],
  };
}
