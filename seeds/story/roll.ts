/** Further families of St Brigid's, who have neither accounts nor a record: whom the school's office sees besides those of the story. Everyone is invented. */
export type RollFamily = {
  surname: string;
  adults: readonly { givenName: string; surname?: string; relation: string }[];
  children: readonly { givenName: string; bornYearsAgo: number; class: string }[];
};

const mother = (givenName: string, surname?: string) => ({ givenName, relation: 'Mother', ...(surname ? { surname } : {}) });
const father = (givenName: string, surname?: string) => ({ givenName, relation: 'Father', ...(surname ? { surname } : {}) });
const child = (givenName: string, bornYearsAgo: number, className: string) => ({ givenName, bornYearsAgo, class: className });

export const rollFamilies: readonly RollFamily[] = [
  { surname: 'Applegarth', adults: [mother('Wren'), father('Piers')], children: [child('Bryony', 5, '1B')] },
  { surname: 'Bellweather', adults: [mother('Odette'), father('Rufus')], children: [child('Jasper', 6, '2K'), child('Clementine', 9, '5M')] },
  { surname: 'Brindlecombe', adults: [father('Silas')], children: [child('Merry', 7, '3F')] },
  { surname: 'Candlewick', adults: [mother('Imelda'), father('Osric')], children: [child('Tansy', 5, '1B')] },
  { surname: 'Dapplewood', adults: [mother('Fern', 'Ashgrove'), father('Linus')], children: [child('Rowan', 8, '4A')] },
  { surname: 'Eventide', adults: [mother('Saffron')], children: [child('Indigo', 6, '2K')] },
  { surname: 'Featherstonehaugh', adults: [mother('Perpetua'), father('Barnaby')], children: [child('Hyacinth', 10, '6D')] },
  { surname: 'Goldspindle', adults: [mother('Marigold'), father('Tobias')], children: [child('Ottilie', 4, 'R')] },
  { surname: 'Hazelbrook', adults: [mother('Juniper'), father('Caspian', 'Moorcock')], children: [child('Sorrel', 7, '3F'), child('Linden', 4, 'R')] },
  { surname: 'Inkpenny', adults: [father('Horatio')], children: [child('Quill', 9, '5M')] },
  { surname: 'Jollyfield', adults: [mother('Beatrix'), father('Fergus')], children: [child('Posy', 6, '2K')] },
  { surname: 'Kettlewell-Thrupp', adults: [mother('Araminta'), father('Digby')], children: [child('Ludo', 10, '6D')] },
  { surname: 'Larksong', adults: [mother('Céleste'), father('Émile')], children: [child('Anaïs', 8, '4A')] },
  { surname: 'Marmaduke', adults: [{ givenName: 'Winifred', relation: 'Grandmother' }], children: [child('Alfie', 7, '3F')] },
  { surname: 'Nightjar', adults: [mother('Sylvie'), father('Crispin')], children: [child('Robin', 5, '1B')] },
  { surname: 'Otterburn', adults: [mother('Heather'), father('Magnus')], children: [child('Skye', 9, '5M'), child('Lochlan', 6, '2K')] },
  { surname: 'Pennyfarthing', adults: [mother('Cordelia'), father('Ambrose')], children: [child('Wilf', 4, 'R')] },
  { surname: 'Quillfeather', adults: [mother('Rosalind'), father('Benedict')], children: [child('Tabitha', 8, '4A')] },
  { surname: 'Ravensgill', adults: [{ givenName: 'Theodora', relation: 'Guardian' }], children: [child('Corin', 10, '6D')] },
  { surname: 'Snapdragon', adults: [mother('Petunia'), father('Basil')], children: [child('Ivy', 7, '3F')] },
  { surname: 'Thistledown', adults: [mother('Myrtle'), father('Angus')], children: [child('Bramble', 6, '2K')] },
  { surname: 'Umberfield', adults: [mother('Sienna')], children: [child('Ochre', 9, '5M')] },
  { surname: 'Wintergreen', adults: [mother('Holly'), father('Jack')], children: [child('Noel', 5, '1B')] },
];
