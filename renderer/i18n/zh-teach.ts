/** Texts of the reference, the story, exercises and the tour, in simplified Chinese. */
export const zhTeach: Readonly<Record<string, string>> = {
  Reference: '参考手册',
  Back: '返回',
  'Design rules': '设计规则',
  'All pages': '全部页面',
  'Search the reference': '搜索参考手册',
  'No page speaks of that.': '没有相关页面。',
  'Costs and words': '成本与术语',
  'All at a glance': '一览',
  'Drag it onto the canvas, or press to put it behind what is selected':
    '拖到画布上，或单击以添加到所选层之后',
  'Add to the canvas': '添加到画布',
  'Open this example': '打开此示例',
};
