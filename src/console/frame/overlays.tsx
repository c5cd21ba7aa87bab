/** Toasts, and the questions of `confirmChange`: both come by events, from anywhere. */
import "@mantine/notifications/styles.css";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { showQuestions } from "../parts/confirm.tsx";

export function Overlays() {
  useEffect(showQuestions, []);
  return (
    <ModalsProvider modalProps={{ closeButtonProps: { "aria-label": "Close" } }}>
      <Notifications position="bottom-right" />
    </ModalsProvider>
  );
}
