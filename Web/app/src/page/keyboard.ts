/** Whether a key or a paste is for a field that one writes in, or for something that lies over the page: then the page is silent. */
export function isTyping(event: Event): boolean {
  const target = event.target instanceof Element ? event.target : undefined;
  return target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]') != null;
}

/** Whether a key comes with none of those that make a shortcut of the browser or the system of it. */
export const isPlain = ({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => !ctrlKey && !metaKey && !altKey;
