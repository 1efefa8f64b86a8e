/** Why Vitrylo does not start, in one sentence for the person at the keyboard. */
export class Refusal extends Error {}
