import type { ProfileColumn } from '../../../shared/formats/pictures/profile-columns.ts';
import { profileRows } from '../../../shared/formats/pictures/profile-rows.ts';
import { useT } from '../../i18n/i18n.ts';
import { exact, shortBytes } from '../../parts/format.ts';

/** The figures of the column under the pointer, and what they were. */
export function ProfileCard({ column: { now, before } }: { readonly column: ProfileColumn }) {
  const t = useT();
  const { node } = (now ?? before)!;
  return (
    <dl className="profile-card" data-testid="profile-card">
      <div>
        <dt>{now ? node.title : t('{{title}}, removed', { title: node.title })}</dt>
        <dd>{node.id}</dd>
      </div>
      {profileRows.map(({ key, title, bytes }) => {
        const said = bytes ? shortBytes : exact;
        const [is, was] = [now?.[key], before?.[key]];
        return (
          <div key={key}>
            <dt>{t(title)}</dt>
            <dd>
              {is === undefined ? '—' : said(is)}
              {was === undefined || was === is ? null : <small> ← {said(was)}</small>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
