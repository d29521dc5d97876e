/** Every place between a block and its trees where a process may die. */
export const PROJECTION_FAILPOINTS = ['projection.folded', 'projection.written'] as const;
export type ProjectionFailpoint = (typeof PROJECTION_FAILPOINTS)[number];

/** Told of each step. Does nothing in production; may never return in a fault test. */
export interface ProjectionFailpoints {
  reach(name: ProjectionFailpoint): Promise<void> | void;
}

export const NO_PROJECTION_FAILPOINTS: ProjectionFailpoints = { reach: () => undefined };
