const ONE = '_one';

/** How a text that counts is said of one thing; of more, the text itself says it. */
export const ones: Readonly<Record<string, string>> = {
  '{{count}} channels of {{layer}}': '{{count}} channel of {{layer}}',
  '{{count}} findings': '{{count}} finding',
  '{{count}} findings left': '{{count}} finding left',
  '{{count}} findings · {{macs}} multiply-adds ({{share}} %)':
    '{{count}} finding · {{macs}} multiply-adds ({{share}} %)',
  '{{count}} fixes': '{{count}} fix',
  '{{count}} networks': '{{count}} network',
  '{{count}} nodes': '{{count}} node',
  '{{count}} nodes stand for this block: what changes in it changes all of them.':
    '{{count}} node stands for this block: what changes in it changes it.',
  '{{count}} nodes unknown': '{{count}} node unknown',
  '{{count}} of {{all}} channels are dead: the same everywhere. Show only these.':
    '{{count}} of {{all}} channels is dead: the same everywhere. Show only this one.',
  '{{count}} values: {{values}}': '{{count}} value: {{values}}',
  '{{names}} names for {{count}} outputs.': '{{names}} names for {{count}} output.',
  'In this design: {{count}} findings': 'In this design: {{count}} finding',
  'Looks at {{count}} layers; broken at {{broken}}.': 'Looks at {{count}} layer; broken at {{broken}}.',
  'Median of {{count}} runs': 'Median of {{count}} run',
  'Not finished: {{count}} inputs have no wire yet.': 'Not finished: {{count}} input has no wire yet.',
  'Nothing is told of {{count}} layers.': 'Nothing is told of {{count}} layer.',
  'What changes in {{block}} changes all {{count}} nodes that stand for it':
    'What changes in {{block}} changes the {{count}} node that stands for it',
};

/** As the dictionary of English has them: by the text, and that it is of one. */
export const english: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ones).map(([text, one]) => [text + ONE, one]),
);
