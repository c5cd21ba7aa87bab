/** Toasts, and the questions of `confirmChange`: both come by events, from anywhere. */
import "@mantine/notifications/styles.css";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";

export function Overlays() {
  return (
    <ModalsProvider modalProps={{ closeButtonProps: { "aria-label": "Close" } }}>
      <Notifications position="bottom-right" />
    </ModalsProvider>
  );
}
