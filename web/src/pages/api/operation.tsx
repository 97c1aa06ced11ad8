// One operation of the API: what it is for, who may call it, what goes in and what comes back.
import { rolesOf } from '@shapes/roles.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import table from '../../parts/table.module.css';
import styles from './api.module.css';
import { curlOf } from './curl.ts';
import { type JsonSchema, type Operation, operationId } from './openapi.ts';
import { SchemaView, typeOf } from './schema-view.tsx';

const TONES: Readonly<Record<string, Tone>> = { GET: 'neutral', POST: 'accent', DELETE: 'bad' };

export function OperationView(props: {
  readonly operation: Operation;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}) {
  const { operation, open, onOpen } = props;
  const { method, path, summary } = operation;
  return (
    <li className={styles.operation}>
      <h3 className={styles.title}>
        <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => onOpen(!open)}>
          <Badge tone={TONES[method] ?? 'neutral'}>{method}</Badge>
          <code>{path}</code>
          <span className={styles.summary}>{summary}</span>
        </button>
      </h3>
      {open && <Details operation={operation} />}
    </li>
  );
}

function Details({ operation }: { readonly operation: Operation }) {
  const { path, parameters, requestBody, responses } = operation;
  const roles = rolesOf(path);
  const line = curlOf(operation, location.origin);
  return (
    <div className={styles.details}>
      <p>
        May be called by:{' '}
        {roles.map((one) => (
          <Badge key={one}>{one}</Badge>
        ))}
      </p>
      <div className={styles.curl}>
        <pre>
          <code>{line}</code>
        </pre>
        <CopyButton text={line} what={`the request ${operationId(operation)}`} />
      </div>
      {parameters.length > 0 && (
        <div className={table.frame}>
          <table aria-label="Parameters" className={table.table}>
            <thead>
              <tr>
                <th scope="col">Parameter</th>
                <th scope="col">In</th>
                <th scope="col">What it may be</th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((one) => (
                <tr key={`${one.in} ${one.name}`}>
                  <td>
                    <code>{one.name}</code>
                    {!one.required && <span className={styles.optional}> optional</span>}
                  </td>
                  <td>{one.in === 'path' ? 'address' : one.in}</td>
                  <td className={styles.type}>{one.schema === undefined ? 'text' : typeOf(one.schema)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {requestBody !== undefined && <Shapes title="Body" content={requestBody.content} />}
      {Object.entries(responses).map(([status, { description, content }]) => (
        <Shapes key={status} title={`Reply ${status}: ${description}`} content={content} />
      ))}
    </div>
  );
}

function Shapes(props: {
  readonly title: string;
  readonly content: Readonly<Record<string, { readonly schema?: JsonSchema | undefined }>> | undefined;
}) {
  const { title, content = {} } = props;
  return (
    <div className={styles.shape}>
      <h4>{title}</h4>
      {Object.keys(content).length === 0 && <p className={styles.type}>nothing</p>}
      {Object.entries(content).map(([type, { schema }]) => (
        <div key={type}>
          <p className={styles.type}>{type}</p>
          {schema !== undefined && type.includes('json') && <SchemaView schema={schema} />}
        </div>
      ))}
    </div>
  );
}
