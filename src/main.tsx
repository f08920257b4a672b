import "./trusted.ts";
import { createRoot } from "react-dom/client";

const place = document.querySelector("#root");
if (!place) throw new Error("index.html has no #root");
createRoot(place).render(<h1>natlens</h1>);
