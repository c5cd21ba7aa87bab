/** Conversations in this browser's IndexedDB, apart for each person and organization. The gateway keeps none. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { z } from "zod";
import { conversationSchema, type Conversation } from "./conversation.ts";

const storedSchema = conversationSchema.extend({ owner: z.string() });

interface ChatDatabase extends DBSchema {
  conversations: { key: string; value: z.output<typeof storedSchema>; indexes: { owner: string } };
}

const VERSION = 1;

let opened: Promise<IDBPDatabase<ChatDatabase>> | null = null;

async function database(): Promise<IDBPDatabase<ChatDatabase>> {
  opened ??= openDB<ChatDatabase>("keeptrusts-chat", VERSION, {
    upgrade: (made) => {
      made.createObjectStore("conversations", { keyPath: "id" }).createIndex("owner", "owner");
    },
  });
  return opened;
}

/** Newest first. What an older console wrote and this one cannot read is left out. */
export async function readConversations(owner: string): Promise<readonly Conversation[]> {
  const rows: readonly unknown[] = await (await database()).getAllFromIndex("conversations", "owner", owner);
  return rows
    .flatMap((row) => conversationSchema.safeParse(row).data ?? [])
    .map(endStreams)
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}

/** The page that read them is gone. */
function endStreams(conversation: Conversation): Conversation {
  const turns = conversation.turns.map((turn) =>
    turn.answer.state === "streaming" ? { ...turn, answer: { ...turn.answer, state: "stopped" as const } } : turn,
  );
  return { ...conversation, turns };
}

export async function writeConversation(owner: string, conversation: Conversation): Promise<void> {
  await (await database()).put("conversations", { ...conversation, owner });
}

export async function deleteConversation(id: string): Promise<void> {
  await (await database()).delete("conversations", id);
}
