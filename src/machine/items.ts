// Items of the machine's event queue: kind + KINDS * index.

export const KINDS = 4;
export const EV_QUOTA = 0;
export const EV_WAKE = 1;
export const EV_DEVICE = 2;
export const EV_OTHER = 3; // its index:
export const HORIZON = 0;
export const TICK = 1;
export const NEIGHBOUR = 2; // or more: a thread of the neighbours wakes
