// Readers and reviewers: added with a link of their own, given a new one, withdrawn.
import { type PersonRow, type PersonWithToken, personRow, personWithToken } from '@shapes/room.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { Section } from '../../parts/page-head.tsx';
import table from '../../parts/table.module.css';
import { plain, when } from '../../parts/words.ts';
import { AddPerson } from './add-person.tsx';
import { usePeople } from './data.ts';
import { PersonLink } from './person-link.tsx';
import styles from './room.module.css';

type Asked = { readonly what: 'renew' | 'withdraw'; readonly person: PersonRow };

export function People() {
  const people = usePeople();
  const cache = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<PersonWithToken>();
  const refresh = () => cache.invalidateQueries({ queryKey: ['room'] });
  const act = async () => {
    if (asked === undefined) return;
    const path = `/api/room/people/${encodeURIComponent(asked.person.id)}`;
    if (asked.what === 'renew') setLink(await send('POST', `${path}/token`, personWithToken));
    else await send('POST', `${path}/withdraw`, personRow);
    await refresh();
  };
  return (
    <Section
      title="People"
      lead="Each opens the workbench by a link of their own, and sees nothing but what is to be read."
      actions={<Button onClick={() => setAdding(true)}>Add a person</Button>}
    >
      {people.isPending && <Loading what="Fetching people" />}
      {people.isError && <Problem error={people.error} />}
      {people.isSuccess && people.data.people.length === 0 && (
        <Empty title="Nobody yet">
          <p>Add a reader, who answers questions, or a reviewer, who decides where two readers differ.</p>
        </Empty>
      )}
      {people.isSuccess && people.data.people.length > 0 && (
        <div className={table.frame}>
          <table aria-label="People" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Studies</th>
                <th scope="col">Last here</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.data.people.map((person) => (
                <tr key={person.id}>
                  <th scope="row" className={styles.name}>
                    <bdi>{plain(person.name)}</bdi>
                    {person.withdrawn && <Badge>withdrawn</Badge>}
                  </th>
                  <td>{person.role}</td>
                  <td className={table.number}>{person.studies}</td>
                  <td>{person.seenAt === null ? 'never' : when(person.seenAt)}</td>
                  <td>
                    <span className={styles.actions}>
                      {!person.withdrawn && (
                        <Button onClick={() => setAsked({ what: 'renew', person })}>
                          New link<span className="visually-hidden"> for {plain(person.name)}</span>
                        </Button>
                      )}
                      {!person.withdrawn && (
                        <Button look="danger" onClick={() => setAsked({ what: 'withdraw', person })}>
                          Withdraw<span className="visually-hidden"> {plain(person.name)}</span>
                        </Button>
                      )}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <AddPerson
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={(added) => {
          setAdding(false);
          setLink(added);
          void refresh();
        }}
      />
      <PersonLink added={link} onClose={() => setLink(undefined)} />
      <Confirm
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={
          asked?.what === 'withdraw'
            ? `Withdraw ${plain(asked.person.name)}?`
            : `Make a new link for ${plain(asked?.person.name ?? '')}?`
        }
        action={asked?.what === 'withdraw' ? 'Withdraw' : 'Make a new link'}
        look={asked?.what === 'withdraw' ? 'danger' : 'primary'}
        onConfirm={act}
      >
        {asked?.what === 'withdraw'
          ? 'They are out at once, wherever they have the page open. What they have answered stays in the study.'
          : 'The link that they have is worth nothing from then on. Their worklists stay where they are.'}
      </Confirm>
    </Section>
  );
}
