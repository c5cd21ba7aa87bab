/** Colours with enough contrast in both schemes, and what dialogs need everywhere. */
import { Alert, createTheme, Drawer, Modal } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Alert: Alert.extend({ styles: { label: { color: "var(--mantine-color-text)" } } }),
    Drawer: Drawer.extend({ defaultProps: { position: "right", closeButtonProps: { "aria-label": "Close" } } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
  },
});
