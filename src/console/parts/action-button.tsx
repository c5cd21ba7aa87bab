/** A button for what only some may do: without the capability it is disabled and says why. */
import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { MouseEventHandler, ReactNode } from "react";
import { useMay, type Capability } from "../api/session.ts";

interface ActionButtonProps extends ButtonProps {
  /** What the API asks for (docs/api.md says it at each route). */
  readonly needs: Capability;
  readonly onClick: MouseEventHandler<HTMLButtonElement>;
  readonly children: ReactNode;
}

export function ActionButton({ needs, onClick, children, ...look }: ActionButtonProps) {
  const may = useMay(needs);
  if (may) {
    return (
      <Button {...look} onClick={onClick}>
        {children}
      </Button>
    );
  }
  const why = `Your role has no ${needs}. Ask an administrator of your organization.`;
  // A disabled button takes no focus, and nobody could read why.
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }} multiline maw={280}>
      <Button {...look} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
}
