/** Texts of the canvas, in simplified Chinese. */
export const zhCanvas: Readonly<Record<string, string>> = {
  '{{quantity}} ×{{factor}}: {{before}} → {{after}}': '{{quantity}} ×{{factor}}：{{before}} → {{after}}',
  'Compares with the design before this change, layer by layer': '与此更改之前的设计逐层对比',
  'What if …': '如果……',
  'before “{{change}}”': '“{{change}}”之前',
};
