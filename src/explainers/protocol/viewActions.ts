/** What a panel can do with its view, with the title of its command; each is a key in the page, too. */
export const VIEW_ACTIONS = {
  showOverlay: 'Show All Maps over One Picture',
  toggleGrid: 'Toggle Grid of Methods and Classes',
  toggleSplit: 'Toggle Split View of Two Maps',
  moveColumnLeft: 'Move Class of the Grid to the Left',
  moveColumnRight: 'Move Class of the Grid to the Right',
  removeColumn: 'Remove Class from the Grid',
  moveRowUp: 'Move Method of the Grid Up',
  moveRowDown: 'Move Method of the Grid Down',
  removeRow: 'Switch Method of the Grid Off',
  flipMaps: 'Flip Between the Two Topmost Maps',
  toggleMasks: 'Toggle Masks of Expert and Method',
  toggleContours: 'Toggle Contour Lines',
  toggleSmooth: 'Toggle Smoothing Between Values',
  zoomIn: 'Zoom Picture In',
  zoomOut: 'Zoom Picture Out',
  fitImage: 'Fit the Whole Image',
  actualSize: 'Show the Image in Its Actual Size',
  findClass: 'Find a Class',
  findMethod: 'Find a Method',
  showKeys: 'Show Keys of the Panel',
} as const;

export type ViewAction = keyof typeof VIEW_ACTIONS;
