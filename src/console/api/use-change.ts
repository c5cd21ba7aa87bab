/** Everything that changes something goes through here. */
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { adviceFor, mayHaveHappened } from "./failure.ts";

/** To be given to `api.POST`, `PATCH`, `PUT` and `DELETE` as `headers`. */
export type ChangeHeaders = Readonly<Record<"Idempotency-Key", string>>;

interface ChangeOptions<Input, Output> {
  /** Sends the change. Its repeats, after a lost answer, have the same headers, so that it happens once. */
  readonly change: (input: Input, headers: ChangeHeaders) => Promise<Output>;
  /** First parts of the query keys whose answers it changes: `["keys"]` for every list and view of keys. */
  readonly invalidates: readonly (readonly string[])[];
  /** What the toast says; null when the page shows it itself. */
  readonly done: string | null;
  readonly onDone?: (output: Output) => void;
  /** For forms, which show failures themselves (`useChangeForm`); without it, a toast does. */
  readonly onFailure?: (failure: Error) => void;
}

export function useChange<Input, Output>(options: ChangeOptions<Input, Output>) {
  const queryClient = useQueryClient();
  /** A change whose answer was lost: the same again, also when a person repeats it, must not happen twice. */
  const unanswered = useRef<{ readonly content: string; readonly key: string } | null>(null);
  const { mutate, mutateAsync, isPending, error, reset, data } = useMutation({
    mutationFn: ({ input, key }: { input: Input; key: string }) => options.change(input, { "Idempotency-Key": key }),
    onSuccess: (output) => {
      unanswered.current = null;
      if (options.done !== null) notifications.show({ message: options.done, color: "teal" });
      options.onDone?.(output);
      return Promise.all(options.invalidates.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
    onError: (failure, { input, key }) => {
      unanswered.current = mayHaveHappened(failure) ? { content: JSON.stringify(input), key } : null;
      if (options.onFailure !== undefined) return options.onFailure(failure);
      notifications.show({ title: failure.message, message: adviceFor(failure), color: "red", autoClose: 10_000 });
    },
  });
  const named = (input: Input) => {
    const before = unanswered.current;
    const isSame = before !== null && before.content === JSON.stringify(input);
    return { input, key: isSame ? before.key : crypto.randomUUID() };
  };
  return {
    submit: (input: Input): void => mutate(named(input)),
    submitAsync: async (input: Input): Promise<Output> => mutateAsync(named(input)),
    isPending,
    /** Of the last change that went well; undefined: there is none, or it was reset. */
    data,
    error,
    reset,
  };
}
