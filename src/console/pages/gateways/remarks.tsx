/** What is wrong with a configuration, each with a way to its place. */
import { Alert, Anchor, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ConfigReport } from "./queries.ts";
import type { Place } from "./yaml-editor.tsx";

interface RemarksProps {
  readonly report: ConfigReport;
  readonly onGoTo: (place: Place) => void;
}

export function Remarks({ report: { errors, warnings, valid, pack }, onGoTo }: RemarksProps) {
  return (
    <Stack gap="sm" role="status" aria-label="Findings">
      {valid ? (
        <Group gap="xs">
          <IconCheck size={18} aria-hidden />
          <Text size="sm">Valid{pack === null ? "" : `: ${pack.name} ${pack.version}`}. A push accepts it.</Text>
        </Group>
      ) : (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={errors.length === 1 ? "An error" : `${errors.length} errors`}
        >
          <RemarkList remarks={errors} onGoTo={onGoTo} />
        </Alert>
      )}
      {warnings.length === 0 ? null : (
        <Alert color="orange" title={warnings.length === 1 ? "A warning" : `${warnings.length} warnings`}>
          <RemarkList remarks={warnings} onGoTo={onGoTo} />
        </Alert>
      )}
    </Stack>
  );
}

interface RemarkListProps {
  readonly remarks: ConfigReport["errors"];
  readonly onGoTo: (place: Place) => void;
}

function RemarkList({ remarks, onGoTo }: RemarkListProps) {
  return (
    <List size="sm" listStyleType="none">
      {remarks.map(({ code, path, line, column, message, suggestion }) => (
        <List.Item key={`${code} ${line} ${column} ${path}`}>
          <Anchor
            component="button"
            type="button"
            size="sm"
            underline="always"
            c="inherit"
            onClick={() => onGoTo({ line, column })}
          >
            {line}:{column}
          </Anchor>{" "}
          {code} {path === "" ? "" : `${path}: `}
          {message}
          {suggestion === undefined ? "" : ` – did you mean ${suggestion}?`}
        </List.Item>
      ))}
    </List>
  );
}
