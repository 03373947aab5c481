/** An arrow between two elements, and the place that states it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly pointer: string;
}

/** The arrows that close a circle: one for each element that is reached again on the way down from itself. */
export function closingEdges(edges: readonly Edge[]): readonly Edge[] {
  const outgoing = Map.groupBy(edges, ({ from }) => from);
  const state = new Map<string, "open" | "done">();
  const closing: Edge[] = [];
  for (const start of outgoing.keys()) {
    if (state.has(start)) continue;
    state.set(start, "open");
    const path: { readonly id: string; next: number }[] = [{ id: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = outgoing.get(top.id)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        state.set(top.id, "done");
        path.pop();
      } else if (state.get(edge.to) === "open") {
        closing.push(edge);
      } else if (!state.has(edge.to)) {
        state.set(edge.to, "open");
        path.push({ id: edge.to, next: 0 });
      }
    }
  }
  return closing;
}
