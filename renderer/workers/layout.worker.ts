// Automatic layout off the main thread: elkjs's own worker script, bundled as a file of ours.
import 'elkjs/lib/elk-worker.min.js';
