"""From a file to plain text: txt, HTML, PDF with text, docx; hostile files are refused within stated limits."""
