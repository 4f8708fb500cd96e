import type { Account, Activity, Child, Family, Parent, Parenting, School, Staff } from './types.ts';

const london = 'Europe/London';

export const families: readonly Family[] = [
  {
    key: 'okafor-reyes',
    timeZone: london,
    joinedDaysAgo: 364,
    parents: [
      { parent: 'amara', side: 'a' },
      { parent: 'daniel', side: 'b' },
    ],
  },
  {
    key: 'haddad-keller',
    timeZone: london,
    joinedDaysAgo: 345,
    parents: [
      { parent: 'nour', side: 'a' },
      { parent: 'sam', side: 'b' },
    ],
  },
  {
    key: 'lindqvist-reyes',
    timeZone: london,
    joinedDaysAgo: 80,
    parents: [
      { parent: 'grace', side: 'a' },
      { parent: 'daniel', side: 'b' },
    ],
  },
];

/** Phone numbers are from the range Ofcom keeps for drama; the addresses are invented. */
export const parents: readonly Parent[] = [
  { key: 'amara', givenName: 'Amara', surname: 'Okafor', phone: '07700 900142', address: '14 Larkspur Close, Ellerby Green' },
  { key: 'daniel', givenName: 'Daniel', surname: 'Reyes', phone: '07700 900418', address: 'Flat 3, 9 Tern Wharf, Ellerby Green' },
  { key: 'nour', givenName: 'Nour', surname: 'Haddad', phone: '07700 900267', address: '22 Quince Row, Marlow Fen' },
  { key: 'sam', givenName: 'Sam', surname: 'Keller', phone: '07700 900533', address: '5 Old Cooperage, Marlow Fen' },
  { key: 'grace', givenName: 'Grace', surname: 'Lindqvist', phone: '07700 900871', address: '31 Saddlers Bank, Ellerby Green' },
];

export const children: readonly Child[] = [
  {
    key: 'ines', family: 'okafor-reyes', givenName: 'Ines', surname: 'Okafor Reyes',
    bornYearsAgo: 9, bornMonth: 6, bornDay: 14, school: 'st-brigids', class: '4A',
  },
  {
    key: 'theo', family: 'okafor-reyes', givenName: 'Theo', surname: 'Okafor Reyes',
    bornYearsAgo: 6, bornMonth: 10, bornDay: 2, school: 'st-brigids', class: '1B',
  },
  {
    key: 'leila', family: 'haddad-keller', givenName: 'Leila', surname: 'Haddad Keller',
    bornYearsAgo: 7, bornMonth: 2, bornDay: 21, school: 'hillview', class: '2H',
  },
  {
    key: 'milo', family: 'lindqvist-reyes', givenName: 'Milo', surname: 'Lindqvist Reyes',
    bornYearsAgo: 3, bornMonth: 8, bornDay: 9, school: null, class: null,
  },
];

export const parentings: readonly Parenting[] = [
  { parent: 'amara', child: 'ines', relation: 'Mother' },
  { parent: 'amara', child: 'theo', relation: 'Mother' },
  { parent: 'daniel', child: 'ines', relation: 'Father' },
  { parent: 'daniel', child: 'theo', relation: 'Father' },
  { parent: 'nour', child: 'leila', relation: 'Mother' },
  { parent: 'sam', child: 'leila', relation: 'Father' },
  { parent: 'grace', child: 'milo', relation: 'Mother' },
  { parent: 'daniel', child: 'milo', relation: 'Father' },
];

export const schools: readonly School[] = [
  { key: 'st-brigids', name: 'St Brigid’s Primary', kind: 'school', timeZone: london, startsAt: '08:45', endsAt: '15:30' },
  { key: 'mill-road', name: 'Mill Road Swimming Club', kind: 'provider', timeZone: london, startsAt: null, endsAt: null },
  { key: 'parkside', name: 'Parkside Juniors', kind: 'provider', timeZone: london, startsAt: null, endsAt: null },
  { key: 'hillview', name: 'Hillview Primary', kind: 'school', timeZone: london, startsAt: '08:50', endsAt: '15:15' },
];

export const activities: readonly Activity[] = [
  {
    key: 'swimming', family: 'okafor-reyes', child: 'ines', provider: 'mill-road', name: 'Swimming',
    weekdays: [2], startsAt: '17:00', endsAt: '18:00', place: 'Mill Road pool', termOnly: true,
  },
  {
    key: 'football', family: 'okafor-reyes', child: 'theo', provider: 'parkside', name: 'Football',
    weekdays: [6], startsAt: '09:30', endsAt: '10:30', place: 'Parkside pitches', termOnly: false,
  },
  {
    key: 'choir', family: 'okafor-reyes', child: 'ines', provider: 'st-brigids', name: 'Choir',
    weekdays: [4], startsAt: '15:30', endsAt: '16:15', place: 'School hall', termOnly: true,
  },
];

/** Grace has none. `family` is the one whose pages are shown first. */
export const accounts: readonly Account[] = [
  { key: 'amara', email: 'amara@parley.example', displayName: 'Amara Okafor', parent: 'amara', family: 'okafor-reyes' },
  { key: 'daniel', email: 'daniel@parley.example', displayName: 'Daniel Reyes', parent: 'daniel', family: 'okafor-reyes' },
  { key: 'nour', email: 'nour@parley.example', displayName: 'Nour Haddad', parent: 'nour', family: 'haddad-keller' },
  { key: 'sam', email: 'sam@parley.example', displayName: 'Sam Keller', parent: 'sam', family: 'haddad-keller' },
  { key: 'ruth', email: 'ruth@stbrigids.example', displayName: 'Ruth Farrell', parent: null, family: null },
  { key: 'tom', email: 'tom@stbrigids.example', displayName: 'Tom Byrne', parent: null, family: null },
  { key: 'margaret', email: 'head@hillview.example', displayName: 'Margaret Osei', parent: null, family: null },
];

export const staff: readonly Staff[] = [
  { account: 'ruth', school: 'st-brigids', role: 'admin' },
  { account: 'tom', school: 'st-brigids', role: 'gate' },
  { account: 'margaret', school: 'hillview', role: 'admin' },
];
