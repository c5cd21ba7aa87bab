/** Everything that happens to conversations: they change in the query cache at once, and in the browser's database beside it. */
import { notifications } from "@mantine/notifications";
import { queryOptions, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useOrganization, useSession } from "../../api/session.ts";
import { titleOf, type Answer, type ChatEndpoint, type Conversation, type Setup, type Turn } from "./conversation.ts";
import { writeBody } from "./request.ts";
import { send, type Ending, type Sending } from "./send.ts";
import { deleteConversation, readConversations, writeConversation } from "./store.ts";

/** So often the screen follows a stream. */
const DRAW_MS = 50;

export function conversationsQuery(owner: string) {
  return queryOptions({
    queryKey: ["conversations", owner],
    queryFn: async () => readConversations(owner),
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  });
}

/** Whose conversations these are: a person's, in one organization. */
export function useOwner(): string {
  const { user } = useSession();
  return `${user.id}/${useOrganization()?.id ?? ""}`;
}

export function useDesk(): Desk {
  const queryClient = useQueryClient();
  const owner = useOwner();
  return useMemo(() => new Desk(queryClient, owner), [queryClient, owner]);
}

/** Requests under way, by turn: they go on while another page is shown. */
const underWay = new Map<string, AbortController>();

type Request = Pick<Sending, "endpoint" | "body" | "ticketId">;

export class Desk {
  readonly #queryClient: QueryClient;
  readonly #owner: string;

  constructor(queryClient: QueryClient, owner: string) {
    this.#queryClient = queryClient;
    this.#owner = owner;
  }

  /** Begins a conversation with its first prompt, and gives its id. */
  begin(setup: Setup, endpoint: ChatEndpoint, prompt: string): string {
    const at = new Date().toISOString();
    const id = crypto.randomUUID();
    const made: Conversation = { ...setup, id, title: titleOf(prompt), createdAt: at, updatedAt: at, turns: [] };
    this.#setAll((all) => [made, ...all]);
    this.ask(id, endpoint, prompt);
    return id;
  }

  /** The next prompt, to the conversation's model. */
  ask(id: string, endpoint: ChatEndpoint, prompt: string): void {
    const conversation = this.#find(id);
    if (conversation === null) return;
    const body = writeBody(endpoint, { ...conversation, before: conversation.turns, prompt });
    const turn: Turn = {
      id: crypto.randomUUID(),
      prompt,
      sentAt: new Date().toISOString(),
      answer: newAnswer(conversation.model, endpoint, body),
    };
    this.#change(id, (before) => ({ ...before, turns: [...before.turns, turn] }));
    void this.#run(id, turn.id, { endpoint, body, ticketId: null });
  }

  /** The same request again, to the byte, with the ticket of its refusal. */
  redeem(id: string, turnId: string, ticketId: string): void {
    const answer = this.#findTurn(id, turnId)?.answer;
    if (answer?.body === null || answer?.body === undefined) return;
    const { model, endpoint, body } = answer;
    this.#askAgain(id, turnId, { model, endpoint, body, ticketId });
  }

  /** The same prompt again, as the conversation is set up now; `maxOutputTokens` in the place of its own. */
  repeat(id: string, turnId: string, endpoint: ChatEndpoint, maxOutputTokens?: number): void {
    const conversation = this.#find(id);
    const index = conversation?.turns.findIndex((each) => each.id === turnId) ?? -1;
    const turn = conversation?.turns[index];
    if (conversation === null || turn === undefined) return;
    const body = writeBody(endpoint, {
      ...conversation,
      maxOutputTokens: maxOutputTokens ?? conversation.maxOutputTokens,
      before: conversation.turns.slice(0, index),
      prompt: turn.prompt,
    });
    this.#askAgain(id, turnId, { model: conversation.model, endpoint, body, ticketId: null });
  }

  stop(turnId: string): void {
    underWay.get(turnId)?.abort();
  }

  change(id: string, changed: Partial<Setup & Pick<Conversation, "title">>): void {
    this.#change(id, (before) => ({ ...before, ...changed }));
    this.#keep(id);
  }

  /** What the spend log says of an answer. */
  settle(id: string, turnId: string, receipt: Answer["receipt"]): void {
    this.#changeAnswer(id, turnId, { receipt });
    this.#keep(id);
    this.#refreshMoney();
  }

  remove(id: string): void {
    for (const turn of this.#find(id)?.turns ?? []) this.stop(turn.id);
    this.#setAll((all) => all.filter((each) => each.id !== id));
    deleteConversation(id).catch(tellUnkept);
  }

  #askAgain(id: string, turnId: string, request: Request & { readonly model: string }): void {
    if (underWay.has(turnId)) return;
    const { model, ...sent } = request;
    const answer = newAnswer(model, sent.endpoint, sent.body);
    this.#changeTurn(id, turnId, (turn) => ({ ...turn, sentAt: new Date().toISOString(), answer }));
    void this.#run(id, turnId, sent);
  }

  async #run(id: string, turnId: string, request: Request): Promise<void> {
    const controller = new AbortController();
    underWay.set(turnId, controller);
    this.#keep(id);
    let text = "";
    let drawing: ReturnType<typeof setTimeout> | null = null;
    const draw = (): void => {
      drawing = null;
      this.#changeAnswer(id, turnId, { text });
    };
    const ending = await send({
      ...request,
      signal: controller.signal,
      onHead: (head) => {
        this.#changeAnswer(id, turnId, head);
        this.#refreshMoney();
      },
      onText: (delta) => {
        text += delta;
        drawing ??= setTimeout(draw, DRAW_MS);
      },
      onCost: (quote) => this.#changeAnswer(id, turnId, { quote }),
    });
    if (drawing !== null) clearTimeout(drawing);
    underWay.delete(turnId);
    this.#changeAnswer(id, turnId, { text, ...endOf(ending) });
    this.#keep(id);
    this.#refreshMoney();
  }

  #find(id: string): Conversation | null {
    const all = this.#queryClient.getQueryData(conversationsQuery(this.#owner).queryKey);
    return all?.find((each) => each.id === id) ?? null;
  }

  #findTurn(id: string, turnId: string): Turn | undefined {
    return this.#find(id)?.turns.find((turn) => turn.id === turnId);
  }

  #setAll(change: (all: readonly Conversation[]) => readonly Conversation[]): void {
    // Without them there is nothing to change: an empty list would hide those that the database has.
    this.#queryClient.setQueryData(conversationsQuery(this.#owner).queryKey, (all) =>
      all === undefined ? undefined : change(all),
    );
  }

  #change(id: string, change: (before: Conversation) => Conversation): void {
    const updatedAt = new Date().toISOString();
    this.#setAll((all) => all.map((each) => (each.id === id ? { ...change(each), updatedAt } : each)));
  }

  #changeTurn(id: string, turnId: string, change: (before: Turn) => Turn): void {
    this.#change(id, (before) => ({
      ...before,
      turns: before.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)),
    }));
  }

  #changeAnswer(id: string, turnId: string, changed: Partial<Answer>): void {
    this.#changeTurn(id, turnId, (turn) => ({ ...turn, answer: { ...turn.answer, ...changed } }));
  }

  /** Into the browser's database. */
  #keep(id: string): void {
    const conversation = this.#find(id);
    if (conversation !== null) writeConversation(this.#owner, conversation).catch(tellUnkept);
  }

  #refreshMoney(): void {
    void this.#queryClient.invalidateQueries({ queryKey: ["wallets"] });
    void this.#queryClient.invalidateQueries({ queryKey: ["spend"] });
  }
}

function newAnswer(model: string, endpoint: ChatEndpoint, body: string): Answer {
  return {
    state: "streaming",
    text: "",
    note: null,
    model,
    endpoint,
    requestId: null,
    logId: null,
    quote: null,
    receipt: null,
    refusal: null,
    body,
  };
}

function endOf(ending: Ending): Partial<Answer> {
  switch (ending.state) {
    case "refused":
      return { state: "refused", refusal: ending.refusal, requestId: ending.refusal.requestId };
    case "broken":
      return { state: "broken", note: ending.note };
    case "done":
    case "cut":
    case "stopped":
      return { state: ending.state, body: null };
  }
}

function tellUnkept(): void {
  notifications.show({
    id: "conversation-unkept",
    color: "yellow",
    title: "This conversation is not kept",
    message: "The browser refuses its storage, or it is full. Export what you need before you leave.",
  });
}
