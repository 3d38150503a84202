/** The class of plots' own elements, which the style sheet knows. */
export const PLOT_CLASS = 'plot';

/** Puts a plot in its place. The styles that it brings along are in our style sheet: the page runs none but its own. */
export function showPlot(place: HTMLElement, plot: Element): void {
  for (const style of plot.querySelectorAll('style')) style.remove();
  place.replaceChildren(plot);
}
