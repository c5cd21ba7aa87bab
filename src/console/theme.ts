/** Colours with enough contrast in both schemes, and what dialogs need everywhere. */
import { Alert, Badge, createTheme, Drawer, Modal, Notification } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Alert: Alert.extend({ styles: { label: { color: "var(--mantine-color-text)" } } }),
    Badge: Badge.extend({ styles: { label: { overflow: "visible" } } }),
    Drawer: Drawer.extend({ defaultProps: { position: "right", closeButtonProps: { "aria-label": "Close" } } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: { description: { color: "var(--mantine-color-dimmed)" } },
    }),
  },
});
