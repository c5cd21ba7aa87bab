/** A link to a page of the console, as Mantine draws links. */
import { Anchor, type AnchorProps } from "@mantine/core";
import { createLink, type LinkComponent } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type LookProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> &
  AnchorProps & { readonly ref?: Ref<HTMLAnchorElement> };

function Look(props: LookProps) {
  return <Anchor {...props} />;
}

const RoutedAnchor = createLink(Look);

export const PageLink: LinkComponent<typeof Look> = (props) => <RoutedAnchor {...props} />;
