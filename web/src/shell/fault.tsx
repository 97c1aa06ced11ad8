// Catches what breaks while a page is drawn, so that the rest of the workbench stays usable.
import { Component, type ReactNode } from 'react';
import { Problem } from '../parts/notes.tsx';

export class Fault extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <Problem error={error} title="This page broke" />;
  }
}
