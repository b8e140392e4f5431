import { Modal, type ModalRootProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from './context.js';

type Properties = Omit<ModalRootProps, 'title'> & { readonly title: ReactNode; readonly children: ReactNode };

/** What lies over the page until it is closed. */
export function Dialog({ title, children, ...rest }: Properties): ReactNode {
  const texts = useTexts();
  return (
    // Locking the page's scroll needs a style in the document, which its policy does not allow.
    <Modal.Root centered lockScroll={false} transitionProps={{ duration: 0 }} {...rest}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Its head is not that of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={texts('page.close')} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
