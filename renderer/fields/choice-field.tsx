import { getNonce } from 'get-nonce';
import { Check, ChevronDown } from 'lucide-react';
import { Select } from 'radix-ui';
import { useId } from 'react';
import { useLandmark } from '../parts/landmark.tsx';

interface ChoiceFieldProps {
  readonly label: string;
  /** Undefined when several nodes differ. */
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly title: string }[];
  readonly onChange: (value: string) => void;
  /** The choice under the pointer or the arrow keys; none, once the menu is closed. */
  readonly onPonder?: ((value: string | undefined) => void) | undefined;
}

/** One of several, from a menu that tells what is being thought of before it is chosen. */
export function ChoiceField({ label, value, options, onChange, onPonder }: ChoiceFieldProps) {
  const id = useId();
  return (
    <div className="choice-field">
      <label htmlFor={id}>{label}</label>
      <Select.Root
        value={value ?? ''}
        onValueChange={onChange}
        onOpenChange={(open) => {
          if (!open) onPonder?.(undefined);
        }}
      >
        <Select.Trigger id={id} className="choice-trigger">
          <Select.Value placeholder="" />
          <ChevronDown size={13} aria-hidden="true" />
        </Select.Trigger>
        <Select.Portal container={useLandmark()}>
          <Select.Content className="menu choice-menu" position="popper" sideOffset={4} collisionPadding={8}>
            <Select.Viewport nonce={getNonce()}>
              {options.map((option) => (
                <Select.Item
                  key={option.value}
                  value={option.value}
                  className="menu-item"
                  onFocus={() => onPonder?.(option.value === value ? undefined : option.value)}
                >
                  <span className="menu-icon">
                    <Select.ItemIndicator>
                      <Check size={13} />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{option.title}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.Viewport>
          </Select.Content>
        </Select.Portal>
      </Select.Root>
    </div>
  );
}
