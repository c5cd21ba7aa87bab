/** Saves settings: only what the form names, so that two people do not undo each other's changes. */
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";

export type Settings = Wire<"WalletSettings">;

export function useSettingsChange<Values>(
  bodyOf: (values: Values) => Wire<"WalletSettingsPatch">,
  onFailure: (error: Error) => void,
) {
  return useChange({
    change: async (values: Values, headers) => read(api.PUT("/v1/wallets/settings", { body: bodyOf(values), headers })),
    invalidates: [["organization"], ["wallet-settings"]],
    done: "The settings are saved, and hold from the next request on.",
    onFailure,
  });
}
