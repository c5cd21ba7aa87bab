/** More models than a gateway serves. */
const MAX_REMEMBERED = 10_000;

/** Whose turn it is, for `round_robin`: in memory alone, since a turn that is lost costs nothing. */
export class RotationStore {
  readonly #turns = new Map<string, number>();

  /** How many requests of the model were routed before. */
  turnOf(gatewayId: string, model: string): number {
    return this.#turns.get(nameOf(gatewayId, model)) ?? 0;
  }

  advance(gatewayId: string, model: string): void {
    if (this.#turns.size >= MAX_REMEMBERED) this.#turns.clear();
    this.#turns.set(nameOf(gatewayId, model), this.turnOf(gatewayId, model) + 1);
  }
}

function nameOf(gatewayId: string, model: string): string {
  return `${gatewayId}/${model}`;
}
