import { Milestone } from 'lucide-react';
import type { Feature } from '../../commands/feature.ts';
import { openChapter, watchStory } from './story.ts';
import { StoryBar } from './story-bar.tsx';

/** Five networks, each against the one before: what changed, and what it cost. */
export const story: Feature = {
  id: 'story',
  commands: [
    {
      id: 'story',
      title: 'From AlexNet to ResNet',
      menu: 'Help',
      icon: Milestone,
      perform: (app) => openChapter(app, 0),
    },
  ],
  views: { above: StoryBar },
  start: watchStory,
};
