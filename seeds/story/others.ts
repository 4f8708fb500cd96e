import type { Subject } from './types.ts';

/** The second circle: Nour and Sam about Leila, at another school. */
export const haddadKeller: readonly Subject<'nour' | 'sam'>[] = [
  {
    key: 'leila-arabic-school',
    title: 'Leila: Arabic on Saturdays',
    about: { child: 'leila' },
    openedBy: 'nour',
    messages: [
      { by: 'nour', daysAgo: 340, at: '18:20', viewedAfterMinutes: 99, text: 'Leila can start the Saturday Arabic class at the community centre, 10 to 12. Half of the Saturdays would be yours. Would you take her on those?' },
      { by: 'sam', daysAgo: 340, at: '20:05', viewedAfterMinutes: 25, text: 'Every other one, yes. What does she need?' },
      { by: 'nour', daysAgo: 340, at: '20:31', viewedAfterMinutes: 620, text: 'Exercise book and a pencil, nothing else. The teacher says: «أهلاً وسهلاً» on the first day to everyone, so do not worry that you will stand out.' },
      { by: 'sam', daysAgo: 327, at: '12:40', viewedAfterMinutes: 34, text: 'First Saturday done. She wrote her own name: ليلى. She made me copy it five times.' },
      { by: 'nour', daysAgo: 327, at: '13:15', viewedAfterMinutes: 1, text: 'The dots go below. She tells me that yours were above.' },
      { by: 'sam', daysAgo: 327, at: '13:22', viewedAfterMinutes: 186, text: 'They were.' },
      { by: 'nour', daysAgo: 255, at: '19:02', viewedAfterMinutes: 40, text: 'She has learnt a song and would like to sing it for your parents. May she bring the sheet?' },
      { by: 'sam', daysAgo: 255, at: '19:48', viewedAfterMinutes: 652, text: 'Of course. They’d love that.' },
      { by: 'sam', daysAgo: 61, at: '12:35', viewedAfterMinutes: 114, text: 'The teacher says she is reading small words. I couldn’t check, but I’m proud.' },
    ],
  },
  {
    key: 'leila-eczema',
    title: 'Leila: eczema',
    about: { child: 'leila' },
    openedBy: 'nour',
    messages: [
      { by: 'nour', daysAgo: 288, at: '08:10', viewedAfterMinutes: 76, text: 'Her elbows are bad again. The cream is twice a day and the bath oil every time. Please do not use the bubble bath.' },
      { by: 'sam', daysAgo: 288, at: '09:32', viewedAfterMinutes: 14, text: 'Haven’t used it in months. Her cream ran out with me, can you send the tube?' },
      { by: 'nour', daysAgo: 288, at: '09:50', viewedAfterMinutes: 26, text: 'I have asked for a second tube so that there is one in each home.' },
      { by: 'sam', daysAgo: 285, at: '17:15', viewedAfterMinutes: 123, text: 'Got it from the chemist, thanks. Elbows better already.' },
      { by: 'sam', daysAgo: 133, at: '18:25', viewedAfterMinutes: 9, text: 'She’s scratching behind the knees. Do I use the same cream there?' },
      { by: 'nour', daysAgo: 133, at: '18:40', viewedAfterMinutes: 48, text: 'Yes, a thin layer. Not on the face.' },
      { by: 'sam', daysAgo: 126, at: '19:10', viewedAfterMinutes: 21, text: 'All cleared up.' },
    ],
  },
  {
    key: 'leila-wedding',
    title: 'Leila: my sister’s wedding',
    about: { child: 'leila' },
    openedBy: 'nour',
    messages: [
      { by: 'nour', daysAgo: 238, at: '20:16', viewedAfterMinutes: 43, text: 'My sister’s wedding is on a school day in your week. I would like to have Leila for the day, from the morning until after supper. In return you may choose any day of mine.' },
      { by: 'sam', daysAgo: 238, at: '21:05', viewedAfterMinutes: 602, text: 'Happy with that. I’d take a day in the next holidays. Will school allow it?' },
      { by: 'nour', daysAgo: 237, at: '09:12', viewedAfterMinutes: 37, text: 'Mrs Osei says yes, it only needs a line from one of us. I have written it.' },
      { by: 'nour', daysAgo: 221, at: '20:44', viewedAfterMinutes: 18, text: 'We are back. She danced until her shoes hurt and has had far too much ma’amoul.' },
      { by: 'sam', daysAgo: 221, at: '21:10', viewedAfterMinutes: 35, text: 'Please pass on my good wishes. ألف مبروك, if I have that right. She can brush twice.' },
    ],
  },
  {
    key: 'leila-walking-home',
    title: 'Leila: walking home',
    about: { child: 'leila' },
    openedBy: 'sam',
    messages: [
      { by: 'sam', daysAgo: 172, at: '17:30', viewedAfterMinutes: 76, text: 'Leila wants to walk the last bit from the corner by herself. It’s sixty metres and I can see all of it. Yes or no?' },
      { by: 'nour', daysAgo: 172, at: '18:55', viewedAfterMinutes: 1, text: 'She is seven. With you in sight, all right. Not in the dark.' },
      { by: 'sam', daysAgo: 172, at: '19:03', viewedAfterMinutes: 76, text: 'In sight, in daylight. Ok.' },
      { by: 'sam', daysAgo: 158, at: '16:20', viewedAfterMinutes: 77, text: 'She did it with her chin up like a queen.' },
      { by: 'nour', daysAgo: 158, at: '17:45', viewedAfterMinutes: 64, text: 'I would have liked to see this.' },
    ],
  },
  {
    key: 'hillview-clubs',
    title: 'Hillview: chess or drama',
    about: { school: 'hillview' },
    openedBy: 'nour',
    messages: [
      { by: 'nour', daysAgo: 97, at: '16:52', viewedAfterMinutes: 75, text: 'Hillview offers one club a child from next month. Leila says chess to me. What does she say to you?' },
      { by: 'sam', daysAgo: 97, at: '18:14', viewedAfterMinutes: 4, text: 'Drama.' },
      { by: 'nour', daysAgo: 97, at: '18:20', viewedAfterMinutes: 45, text: 'Then she wants both of us to be pleased.' },
      { by: 'sam', daysAgo: 96, at: '08:35', viewedAfterMinutes: 72, text: 'Let her put the slip in the box herself, and neither of us asks.' },
      { by: 'nour', daysAgo: 96, at: '12:10', viewedAfterMinutes: 4, text: 'A good idea. Agreed.' },
      { by: 'sam', daysAgo: 90, at: '16:40', viewedAfterMinutes: 13, text: 'Gardening.' },
      { by: 'nour', daysAgo: 90, at: '16:58', viewedAfterMinutes: 38, text: 'Of course.' },
    ],
  },
  {
    key: 'hillview-pickup',
    title: 'Hillview: pick-up changes',
    about: { school: 'hillview' },
    openedBy: 'nour',
    messages: [
      { by: 'nour', daysAgo: 52, at: '08:05', viewedAfterMinutes: 1, urgent: 'handover_today', text: 'I have a fever and cannot collect Leila at 15.15. Can you take her today, and until tomorrow morning?' },
      { by: 'sam', daysAgo: 52, at: '08:22', viewedAfterMinutes: 120, text: 'Yes. Get well. I’ll pack for her from here.' },
      { by: 'sam', daysAgo: 52, at: '18:30', viewedAfterMinutes: 158, text: 'She’s eaten, done her reading, and drawn you in bed with a thermometer as long as the bed.' },
      { by: 'nour', daysAgo: 50, at: '09:15', viewedAfterMinutes: 88, text: 'Thank you. I am better. The drawing is on the wall.' },
      { by: 'sam', daysAgo: 14, at: '17:44', viewedAfterMinutes: 81, text: 'Mrs Osei has asked for one pick-up plan for the rest of term. Mine: you the first half of the week, me the second, like now. Shall I send that?' },
      { by: 'nour', daysAgo: 14, at: '19:08', viewedAfterMinutes: 49, text: 'Yes. Please add that my sister may collect if we both say so on the day.' },
      { by: 'sam', daysAgo: 13, at: '08:31', viewedAfterMinutes: 126, text: 'Added and sent.' },
      { by: 'nour', daysAgo: 2, at: '18:50', text: 'The office has the plan, but it has your days and mine the wrong way round. Would you tell them, as it was you who sent it? I will confirm when they ask me.' },
    ],
  },
];

/** Daniel’s other family: he and Grace about Milo. */
export const lindqvistReyes: readonly Subject<'daniel' | 'grace'>[] = [
  {
    key: 'milo-nursery',
    title: 'Milo: settling in at nursery',
    about: { child: 'milo' },
    openedBy: 'grace',
    messages: [
      { by: 'grace', daysAgo: 76, at: '18:10', viewedAfterMinutes: 68, text: 'Milo starts nursery in two weeks, mornings only. The first three days one of us stays with him. I can do the first two, could you do the third?' },
      { by: 'daniel', daysAgo: 76, at: '19:22', viewedAfterMinutes: 6, text: 'Yes. What time?' },
      { by: 'grace', daysAgo: 76, at: '19:30', viewedAfterMinutes: 704, text: '9 to 11. He needs slippers, a spare set of clothes and the blue cloth.' },
      { by: 'daniel', daysAgo: 60, at: '11:40', viewedAfterMinutes: 16, text: 'He let go of my leg after twenty minutes and built a garage. I got a wave.' },
      { by: 'grace', daysAgo: 60, at: '12:05', viewedAfterMinutes: 474, text: 'That is more than I got. Well done, both of you.' },
    ],
  },
  {
    key: 'milo-sleep',
    title: 'Milo: afternoon nap',
    about: { child: 'milo' },
    openedBy: 'daniel',
    messages: [
      { by: 'daniel', daysAgo: 21, at: '13:02', viewedAfterMinutes: 42, text: 'He won’t nap with me any more. Asleep at half five instead, and then awake at four in the morning. Same with you?' },
      { by: 'grace', daysAgo: 21, at: '14:15', viewedAfterMinutes: 47, text: 'The same. I have stopped the nap and put him to bed at 18.30. Two days were terrible, the third was fine.' },
      { by: 'daniel', daysAgo: 20, at: '18:40', viewedAfterMinutes: 755, text: 'Trying that.' },
      { by: 'grace', daysAgo: 5, at: '19:05', viewedAfterMinutes: 13, text: 'How has it been going at yours? He slept through four nights here.' },
    ],
  },
];
