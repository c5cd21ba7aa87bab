/** The tags of a record. */
import { Badge, Group } from "@mantine/core";

export function Tags({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return "–";
  return (
    <Group gap={4}>
      {of.map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}
