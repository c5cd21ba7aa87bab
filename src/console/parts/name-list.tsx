/** Tags, aliases and the like: short words in a row. */
import { Badge, Group } from "@mantine/core";

export function NameList({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return "–";
  return (
    <Group gap={4} component="span">
      {names.map((name) => (
        <Badge key={name} variant="default" tt="none" fw={500}>
          {name}
        </Badge>
      ))}
    </Group>
  );
}
